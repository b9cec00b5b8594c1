package monitoring

// Queue is an SQS queue.
type Queue struct {
	Name string
	// DeadLetters says that what is in it could not be done.
	DeadLetters bool
}

// waitingSeconds is how long a message may wait that somebody is to read soon.
const waitingSeconds = 300

func (q Queue) metric(name string) metric {
	return metric{"AWS/SQS", name, map[string]string{"QueueName": q.Name}, "Maximum"}
}

// watchQueues has queues drained, and those for dead letters empty.
func (b *watcher) watchQueues() {
	for _, name := range sorted(b.Queues) {
		queue, a := b.Queues[name], alarm{what: "queue-" + name, guide: "queues"}
		if queue.DeadLetters {
			a.symptom, a.means = "messages", "Something could not be done, and lies in the queue "+name
			a.metric, a.limit, a.window = queue.metric("ApproximateNumberOfMessagesVisible"), above(0), minute()
		} else {
			a.symptom, a.means = "age", "Messages wait for more than five minutes in the queue "+name
			a.metric, a.limit, a.window = queue.metric("ApproximateAgeOfOldestMessage"), above(waitingSeconds), minutes(3, 3)
		}
		b.addAlarm(a)
	}
}
