// Package ops is what the operator listener serves: metrics, liveness, readiness and profiles.
//
//	GET /              the operator's page: what the metrics say, and how the last hour went
//	GET /metrics       what the gatherer holds, in Prometheus' text or OpenMetrics
//	GET /healthz       200 as long as the process answers at all
//	GET /readyz        200 if every check passes, else 503; either way a JSON list of the checks
//	GET /debug/pprof/  the Go runtime's profiles
//
// Profiles show memory, and with it addresses: the listener belongs on a private network.
//
// # Decisions
//
// The reply of /readyz names failing checks but not their errors, which may quote a URL with a
// password or an address. The errors are logged when a check begins to fail, and not again on each
// of the probes that follow.
package ops
