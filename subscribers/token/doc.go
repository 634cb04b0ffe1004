// Package token mints and checks the signed links that stand in mails and on pages.
//
// A link names whom it is for and what it may do, and carries a MAC over both. Nothing is stored:
// whoever holds a link may use it as often as they like until it expires, so a mail scanner that
// opens it first spoils nothing. A link is good for its one purpose only.
//
//	octets  1        8           13        2      2       4        16
//	        purpose  subscriber  proposal  alert  serial  expires  HMAC-SHA256, first 128 bits
//
//	confirm      +       +           +                      +
//	manage       +       +                                  +
//	unsubscribe  +       +                   +
//	feed         +       +                   +      +
//	news         +       +                   +              +
//	form         +                                          +
//	browser      +                   +                      +
//
// The text is base64url without padding: 56 characters at the longest, so that the header lines of
// a mail that hold a link need no folding.
//
// # Decisions
//
// There is no key id: the first key signs, all keys are tried. An operator lists two or three, a
// try costs a microsecond, and the link is shorter and tells nothing of the keys.
//
// A feed reader keeps its link for years, so a feed link can be called back: the subscriber counts
// them, and only the newest serial is good.
//
// Unsubscribe links never expire (CAN-SPAM wants 30 days, CASL 60; a mail may be found years
// later), so they must not open anything that does: no page trades one for a manage link.
package token
