package generator

// What the README says about several replicas depends on the mode, in these
// words.

// ReplicaState says what replicas share beside the program's own tables.
func (d data) ReplicaState() string {
	return map[string]string{
		"basic":    " Locks and sessions are in the database, so what one replica decides holds in all.",
		"complete": " Locks, sessions and mails are in the database, so what one replica decides holds in all, and a mail is sent by one of them.",
	}[d.Mode]
}

// ReplicaSettings are those that have to be the same for all replicas.
func (d data) ReplicaSettings() string {
	return map[string]string{
		"none":     "`DATABASE_URL` and `REDIS_URL`",
		"basic":    "`DATABASE_URL`, `REDIS_URL` and `SECRET_KEY`",
		"complete": "`DATABASE_URL`, `REDIS_URL`, `SECRET_KEY` and the mail server",
	}[d.Mode]
}

// GracePeriod is how many seconds a replica may take to stop, and why.
func (d data) GracePeriod() string {
	if d.Complete() {
		return "120, since a mail that is begun is finished"
	}
	return "30"
}
