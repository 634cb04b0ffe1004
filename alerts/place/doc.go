// Package place decides whether a job is where somebody wants to work: in a country, a region, a
// city, or within some kilometres of one; and who may take a remote job.
//
// Cities and regions are looked up in the gazetteer, so that München and Munich are one place. What
// the gazetteer does not know, or knows several of, is compared by name.
package place
