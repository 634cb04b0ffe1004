package lease

// Key holds the token of the replica that runs the cron jobs.
const Key = "jobalert:lease"
