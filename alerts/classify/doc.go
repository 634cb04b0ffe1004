// Package classify says whether a posting is a backend-developer job, and why.
//
//	core    the main work is server-side services, APIs, data stores
//	partly  full-stack; platform and infrastructure software; backend-leaning data or AI products;
//	        managers of such teams who still build
//	no      everything else, operations, data, machine learning, frontend, mobile, embedded, quality,
//	        security and sales engineering included
//
// The title decides first: rules.go is the table of what it may name. Where it names nothing more
// than a software engineer, the description decides, by which side of the work it speaks of.
//
// # Decisions
//
// A table of phrases, and no model: each decision can be read, explained to the candidate, and
// mended by one line. What the figures are stands in the README of package normalize.
package classify
