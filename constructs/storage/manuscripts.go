package storage

// ManuscriptsTag is the tag that every store has. It says whether what writers wrote is in it, and so what the store owes them.
const ManuscriptsTag = "Manuscripts"

// The values of ManuscriptsTag.
const (
	// Original is the value of a store that a manuscript can be lost with. It is versioned or restorable to any moment, in the
	// backup plan, protected against deletion, and its versions are out of every application's reach.
	Original = "original"
	// Copy is the value of a store whose manuscripts can be made again from the originals. It is encrypted and private like them.
	Copy = "copy"
	// None is the value of a store that no manuscript gets into.
	None = "none"
)

// The two halves of the manuscripts bucket. Below each is a folder for every writer, named by their id: a token's "sub" claim.
const (
	AuthorsPrefix = "authors/"
	// OptedOutPrefix is where the manuscripts of a writer lie who does not want any model to read them.
	OptedOutPrefix = "opted-out/"
)

// holds is the tags of a store.
func holds(manuscripts string) map[string]string {
	return map[string]string{ManuscriptsTag: manuscripts}
}
