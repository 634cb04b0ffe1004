// Package poll watches one board: it fetches the pages, reads them, normalizes and classifies the
// postings and hands them to the posting log.
//
// It remembers of each page the validators of conditional requests together with what the page
// held, so that an unchanged page costs one small request and still counts as seen.
package poll
