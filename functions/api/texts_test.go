package main

import (
	"errors"
	"net/http"
	"testing"
	"time"
)

var errLost = errors.New("connection reset by peer")

// settled fails the test unless Ann's document reads as the text at the revision, and the newest version in the bucket is that
// text: what is older expires.
func (r *room) settled(id, text string, revision float64) {
	r.Helper()
	got := r.want(http.StatusOK, r.read("ann", id))
	if got.body["text"] != text || got.body["revision"] != revision {
		r.Errorf("want %q at revision %v, got %s", text, revision, got.text)
	}
	newest := r.bucket.newest("authors/ann/documents/" + id)
	named := textOf(r.tables.items["documents"]["document#"+id+"|document"]["s3VersionId"])
	if newest == nil || newest.text != text || newest.id != named {
		r.Errorf("want %q as the newest version in the bucket, named %s; got %+v", text, named, newest)
	}
}

// hidden fails the test unless there is nothing left of the document but old versions behind a marker.
func (r *room) hidden(id string) {
	r.Helper()
	r.want(http.StatusNotFound, r.read("ann", id))
	if newest := r.bucket.newest("authors/ann/documents/" + id); newest != nil {
		r.Errorf("want the text hidden, got %+v", newest)
	}
}

func saying(text string) fields { return with(emma(), fields{"text": text}) }

func TestOfTwoWritersTheSecondIsTold(t *testing.T) {
	r := newRoom(t)
	id := r.write("ann", saying("one"))
	// Both have seen revision 1. The other's whole save happens between this one's two writes.
	r.tables.before["UpdateItem"] = once(func() error {
		r.want(http.StatusOK, r.save("ann", id, `"1"`, saying("the other's")))
		return nil
	})
	got := r.save("ann", id, `"1"`, saying("this one's"))
	if got.status != http.StatusPreconditionFailed || got.code() != "stale" {
		t.Errorf("want 412 stale, got %d %s", got.status, got.text)
	}
	r.settled(id, "the other's", 2)

	// The other way about: the other's text comes first, this one's newer version is nobody's.
	r.bucket.before["PutObject"] = once(func() error {
		r.want(http.StatusOK, r.save("ann", id, `"2"`, saying("the other's again")))
		return nil
	})
	r.want(http.StatusPreconditionFailed, r.save("ann", id, `"2"`, saying("this one's again")))
	r.settled(id, "the other's again", 3)
}

func TestASaveThatFailsBetweenItsWritesChangesNothing(t *testing.T) {
	r := newRoom(t)
	id := r.write("ann", saying("one"))
	r.tables.before["UpdateItem"] = once(fail(errLost))
	r.want(http.StatusInternalServerError, r.save("ann", id, `"1"`, saying("two")))
	r.settled(id, "one", 1)
	r.want(http.StatusOK, r.save("ann", id, `"1"`, saying("two")))
	r.settled(id, "two", 2)
}

func TestASaveWhoseAnswerWasLostIsASave(t *testing.T) {
	r := newRoom(t)
	id := r.write("ann", saying("one"))
	r.tables.after["UpdateItem"] = once(fail(errLost))
	r.want(http.StatusOK, r.save("ann", id, `"1"`, saying("two")))
	r.settled(id, "two", 2)
}

// The function is killed between the writes: nothing is settled, and whoever reads the document a while later does it.
func TestAKilledSaveIsSettledByWhoReadsLater(t *testing.T) {
	r := newRoom(t)
	id := r.write("ann", saying("one"))
	key := "authors/ann/documents/" + id
	r.bucket.add(key, stored{text: "two"})

	if got := r.read("ann", id); got.body["text"] != "one" || r.bucket.newest(key).text != "two" {
		t.Errorf("at once: want %q and the bucket left to whoever is saving, got %s and %+v", "one", got.text, r.bucket.newest(key))
	}
	r.clock = r.clock.Add(2 * time.Minute)
	r.want(http.StatusOK, r.read("ann", id))
	r.settled(id, "one", 1)
}

// Nobody read the document for as long as old versions are kept: the item names a version that has expired.
func TestWhatHasExpiredIsReplacedByWhatThereIs(t *testing.T) {
	r := newRoom(t)
	id := r.write("ann", saying("one"))
	key := "authors/ann/documents/" + id
	old := r.bucket.newest(key).id
	r.bucket.add(key, stored{text: "two!"})
	r.bucket.expire(key, old)
	r.settled(id, "two!", 1)
	if got := r.read("ann", id).body["bytes"]; got != 4.0 {
		t.Errorf("bytes: want 4, got %v", got)
	}
	r.want(http.StatusOK, r.save("ann", id, `"1"`, saying("three")))
	r.settled(id, "three", 2)
}

func TestADocumentThatCouldNotBeMadeIsHidden(t *testing.T) {
	r := newRoom(t)
	r.tables.before["PutItem"] = fail(errLost)
	r.want(http.StatusInternalServerError, r.call(call{author: "ann", method: "POST", resource: "/documents", body: emma()}))
	for key, versions := range r.bucket.versions {
		if r.bucket.newest(key) != nil {
			t.Errorf("want %s hidden, got %+v", key, versions)
		}
	}
	if len(r.tables.items["documents"]) != 0 {
		t.Errorf("want no item, got %v", r.tables.items["documents"])
	}
}

func TestADocumentWhoseMakersAnswerWasLostIsMade(t *testing.T) {
	r := newRoom(t)
	r.tables.after["PutItem"] = once(fail(errLost))
	r.settled(r.write("ann", saying("one")), "one", 1)
}

func TestADeletionThatFailsBetweenItsWritesDeletesNothing(t *testing.T) {
	r := newRoom(t)
	id := r.write("ann", saying("one"))
	r.tables.before["DeleteItem"] = once(fail(errLost))
	r.want(http.StatusInternalServerError, r.delete("ann", id, `"1"`))
	if r.bucket.newest("authors/ann/documents/"+id) == nil {
		t.Error("want the text in sight again at once, got it hidden")
	}
	r.settled(id, "one", 1)
	r.want(http.StatusNoContent, r.delete("ann", id, `"1"`))
	r.hidden(id)
}

func TestAKilledDeletionIsSettledByWhoReadsNext(t *testing.T) {
	r := newRoom(t)
	id := r.write("ann", saying("one"))
	r.bucket.add("authors/ann/documents/"+id, stored{marker: true})
	r.want(http.StatusOK, r.read("ann", id))
	r.settled(id, "one", 1)
}

func TestASaveAndADeletionAtOnce(t *testing.T) {
	r := newRoom(t)
	id := r.write("ann", saying("one"))
	r.tables.before["DeleteItem"] = once(func() error {
		r.want(http.StatusOK, r.save("ann", id, `"1"`, saying("two")))
		return nil
	})
	r.want(http.StatusPreconditionFailed, r.delete("ann", id, `"1"`))
	r.settled(id, "two", 2)

	r.tables.before["UpdateItem"] = once(func() error {
		r.want(http.StatusNoContent, r.delete("ann", id, `"2"`))
		return nil
	})
	r.want(http.StatusPreconditionFailed, r.save("ann", id, `"2"`, saying("three")))
	r.hidden(id)
}

func TestAFaultOfTheBucketIsNoDocumentMissing(t *testing.T) {
	r := newRoom(t)
	id := r.write("ann", saying("one"))
	r.bucket.before["GetObject"] = once(fail(errLost))
	r.want(http.StatusInternalServerError, r.read("ann", id))
	r.settled(id, "one", 1)
}

// What a later edition of the function adds to an item, this one does not take away: both are in use while one replaces the
// other.
func TestASaveKeepsWhatItDoesNotKnow(t *testing.T) {
	r := newRoom(t)
	id := r.write("ann", saying("one"))
	r.tables.items["documents"]["document#"+id+"|document"]["language"] = text("en")
	r.want(http.StatusOK, r.save("ann", id, `"1"`, saying("two")))
	if got := textOf(r.tables.items["documents"]["document#"+id+"|document"]["language"]); got != "en" {
		t.Errorf("want the attribute as it was, got %q", got)
	}
}
