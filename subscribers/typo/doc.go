// Package typo notices addresses that were probably meant otherwise: ann@gmial.com.
//
// # Decisions
//
// The method and the lists are those of mailcheck (https://github.com/mailcheck/mailcheck, MIT
// License), which ten years of signup forms have tried: the nearest of the large mail providers, else
// the nearest of the common names before and behind the first dot. It is JavaScript; the pages need
// this where there is none.
//
// Unlike mailcheck we leave a top-level domain alone that exists (by the public suffix list of
// golang.org/x/net): it takes .io and .dev for slips, and so would half of our readers' addresses be.
// And short names may differ by one letter only.
package typo
