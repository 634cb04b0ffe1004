package bell

// channel is the Redis channel on which replicas tell each other that there is work.
const channel = "jobalert:bell"
