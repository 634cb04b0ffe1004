// Package suppress keeps the addresses that must not be written to, as keyed hashes. It outlives
// the subscriber: who complained or bounced stays silent after their record is erased.
//
// Whoever owes a letter checks the set inside the same script (Lua, Key); whoever sends one checks
// again at that moment.
//
// It also counts what may lead there: the days on which mail to an address came back for reasons that
// may pass. And it remembers which calls about all that may not be made a second time (Once).
//
// # Decisions
//
// An address that is only in trouble is suppressed after five days with a bounce within thirty, the
// first and the last of them at least ten days apart. Days are counted and not bounces, since an
// instant alert may fail ten times in an hour for one full mailbox. So a week of holidays with a full
// mailbox costs nobody their alerts, daily and instant mails to a dead one end after ten days, and
// weekly ones after five weeks. Each day is forgotten after thirty, and all of them when a mail is
// known to have arrived.
//
// A day is counted once however often it is reported, so that a report that comes twice counts once.
package suppress
