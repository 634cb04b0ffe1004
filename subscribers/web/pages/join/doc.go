// Package join is how somebody comes in: the signup form with its preview, and the confirmation.
//
// # Decisions
//
// A GET confirms nothing, since mail scanners follow links and some of them run scripts. The browser
// that sent the form has a cookie that names it, and the proposal knows the name: there, and only
// there, the page of the mail's link presses its own button, so that one click is enough. Everywhere
// else, and without JavaScript, the button waits.
//
// The cookie is set whatever became of the form, with a random name, so that it tells nobody whether
// the address is known.
//
// An address that looks mistyped is asked about once: a mail that goes astray is the end of a signup,
// and the second press of the button takes the address as it is.
package join
