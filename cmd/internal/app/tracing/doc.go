// Package tracing tells an OpenTelemetry collector what the daemon does, where tracing.endpoint names one.
// Requests, cron jobs and letters become spans; what a trace says is also in the log.
//
// # Decisions
//
// A letter is one trace from the moment it is owed to its last attempt, days later and on another replica: trace
// and first span have ids that are derived from the letter's. So nothing need be kept with the letter, and who
// has a letter's id, which every log line about it and every mail's header name, finds its trace. The span under
// which a letter came to be owed (a signup, a run of alerts) is linked to it.
//
// Whether a trace is kept is decided by its id alone, not by its parent: so all replicas decide the same of a letter.
//
// Spans carry ids, kinds, routes and results, never an address, a token or a path; of what a relay said, its code
// and its class. The names of attributes are those of the OpenTelemetry semantic
// conventions where they have one, else begin with "jobalert.".
//
// The SDK and its OTLP/HTTP exporter make the program about 5 MB larger and, switched off, cost nothing at run time: no
// decorator is put around anything. Writing OTLP ourselves would save most of that and be one more format to keep.
package tracing
