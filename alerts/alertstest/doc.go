// Package alertstest draws filters and postings for property tests. They are drawn from small pools
// of values that go together, so that about one pair in eight matches and every facet is decided
// both ways, and by what is unknown, often.
package alertstest
