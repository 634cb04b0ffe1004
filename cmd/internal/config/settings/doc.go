// Package settings fills a struct from a YAML file and the environment by its tags, and describes
// it by the same tags.
//
// A section is a struct whose fields carry these tags:
//
//	key       the name in the file
//	doc       what it means
//	default   its value when nobody gives one
//	unit      what a number counts; a duration needs none
//	enum      the words allowed, separated by commas
//	min, max  the limits of a number or duration; of the length, in bytes, of a text or secret
//	required  "true" where the value may not be empty
//	lines     "true" where a text or secret may have several lines
//	check     the name of a rule that Input.Check knows
//	example   a value for the example file and for hints
//
// A field is a section itself, a list of sections, a plain value or a list of plain values. Plain
// are string, bool, int, float64, time.Duration, netip.Prefix, Secret, File, and everything that
// reads itself from text.
//
// A value comes from its default, from the file, or from the environment, the later winning. The
// key http.base_url is JOBALERT_HTTP_BASE_URL there; element 0 of a list of sections is counted in
// the name, as in JOBALERT_MAIL_RELAYS_0_HOST; a list of plain values is separated by commas. Every
// Secret may also be read from a file, named by the same key with _file at its end.
//
// All faults are found in one run. Each says where it stands (file:line:column, or the name of the
// variable), what is wrong, and how to mend it, and never repeats a secret.
//
// # Decisions
//
// The YAML is parsed by goccy/go-yaml, but its syntax tree is walked here: the library's decoder
// stops at the first fault, and nobody likes to hear of ten faults in ten runs.
//
// An empty environment variable counts as not given, because compose files and unit files pass
// variables on whether they are set or not.
//
// Variables that Kubernetes makes for a service called "jobalert" (JOBALERT_PORT…,
// JOBALERT_SERVICE_…) are passed over; every other unknown name with our prefix is refused.
//
// YAML anchors, aliases, merge keys and tags are refused: no file is long enough to need them, and
// a value that stands where it counts can be reported where it stands.
package settings
