// Package alerts is what is offered and what matches: postings, filters, cadences, and the rules
// between them.
//
// Filter.Match is the definition of matching: slow, obvious, with a reason for every facet. The
// index in alerts/match gives the same answer faster, and is tested against it. DecodeFilter and
// DecodePosting read both from JSON and name every fault; Rank orders what matches for a mail.
//
// This package is pure: no Redis, no HTTP, no clock; now is an argument. It leans on packages that
// are as pure: query, skill, place, rates, name, text, legal, phrase, strictjson and gazetteer.
//
// # Decisions
//
// Match canonicalises the filter first, so that a filter and its canonical form cannot disagree, and
// prepares the posting. Where many meet many, a Matcher and a Prepared do each of these once.
//
// A posting has the skills that its own imply: django offers python, whoever read the posting.
//
// A salary with a minimum alone counts as its minimum: "from 80,000" reaches 80,000 and no more. One
// in a currency without a rate counts as not stated, unless the filter asks in the same currency.
// salary_unlisted has no effect without salary_min; a minimum of 0 asks for any stated salary.
//
// A remote job that names neither eligible countries nor a place is accepted: it does not say that
// it is closed to anybody. The verdict says so. A city without its country is refused where the
// gazetteer does not know which city is meant, because its country decides about remote jobs.
//
// Skills outside the vocabulary are refused in a filter: no posting is ever found to have them, so
// that the alert would stay silent for ever. Countries have to be codes, for their names are many;
// the error gives the code.
package alerts
