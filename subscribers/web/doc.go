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
// Cross-origin protection covers the page forms and not the API, whose bodies no form can send, nor
// /unsubscribe/, which mail programs and their web front ends post to from elsewhere (RFC 8058).
package web
