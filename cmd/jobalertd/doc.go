// Command jobalertd is a personalised job-alert daemon for backend-developer postings.
//
//	jobalertd demo    try everything on this machine, nothing else needed
//	jobalertd serve   run the daemon
//	jobalertd --help  everything else
package main
