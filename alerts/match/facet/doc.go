// Package facet holds what filters ask of the facets of a posting that have few values, and of its
// salary, in a form that is compared in no time.
package facet
