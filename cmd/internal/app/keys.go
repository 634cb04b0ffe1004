package app

// leaseKey holds the token of the replica that runs the cron jobs.
const leaseKey = "jobalert:lease"
