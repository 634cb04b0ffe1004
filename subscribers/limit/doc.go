// Package limit brakes strangers who sign up too many people: by the IP address they come from, by
// the domain they sign up, and by the single mail address; and those who ask too often what a filter
// would find, by their IP address.
//
// Each brake is a GCRA: it lets a burst of an hour's number through, and then as many as drain away
// by and by (https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm). Its state is one number in
// Redis, the time at which it will be empty again, under a key that expires then:
//
//	{limit}:<brake>:<hash>  string; milliseconds since 1970
//
// # Decisions
//
// The brakes are asked in one script, so that two replicas let through no more than one does. All
// keys are in one slot for that. They are asked in order, up to the first that refuses; those before
// it have counted. So whoever hammers one mailbox runs into the brake of his own IP address, and who
// is over that cannot use up the number of a whole domain.
//
// The keys are hashes with a secret: nobody who reads Redis learns who was signed up from where.
// IPv6 addresses count by their /64, the least that a customer gets (RFC 6177).
package limit
