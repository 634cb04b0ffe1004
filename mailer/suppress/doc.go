// Package suppress keeps the addresses that must not be written to, as keyed hashes. It outlives
// the subscriber: who complained or bounced stays silent after their record is erased.
//
// Whoever owes a letter checks the set inside the same script (Lua, Key); whoever sends one checks
// again at that moment.
package suppress
