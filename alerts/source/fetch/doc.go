// Package fetch gets pages from strangers' servers politely and safely.
//
// Politely: it says who it is, asks only for what changed (ETag, Last-Modified), takes gzip, sends
// one request at a time to a host, waits as long as Retry-After says, backs off exponentially with
// jitter, and obeys robots.txt where a page is made for people.
//
// Safely: the addresses it may connect to are checked in the dialer, after the name was resolved,
// so that neither a redirect nor a changing DNS answer leads into the operator's own network; the
// bytes of a response are capped before and after decompression; a request ends at its deadline.
//
// # Decisions
//
// The validators of conditional requests are given and returned, not kept: who remembers what the
// page held must remember its validators with it, or a 304 would be an answer without content.
//
// Proxies of the environment are not used: only config reads the environment.
package fetch
