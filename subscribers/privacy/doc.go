// Package privacy is what a person may ask about their data, and what happens to it by itself:
// export, erase, retention.
package privacy
