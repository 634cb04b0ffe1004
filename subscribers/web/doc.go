// Package web is the public listener: the pages people see (pages), the JSON API (api), the Atom
// feeds (feed), and what holds for all of them: security headers, cross-origin protection, metrics,
// and one map from errors to statuses (problem).
//
// GET and HEAD change nothing. A token is the only key to a page, and stands in the path; neither
// logs nor metrics hold a path, only its pattern.
//
// # Decisions
//
// The room is four packages and this one, which puts them together: each reads in one sitting, and
// the API knows nothing of templates.
//
// A form on an allowed site may be sent to /subscribe, and /embed is our form for a frame there. Such
// a form cannot say when it was shown, so only the brakes and the honeypot hold programs back. Who
// claims to come from such a site gets no further than the API would let them.
//
// Cross-origin protection covers the page forms and not the API, whose bodies no form can send, nor
// /unsubscribe/, which mail programs and their web front ends post to from elsewhere (RFC 8058).
package web
