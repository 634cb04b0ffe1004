// Package config is what an operator can set: the struct Config, and nothing besides.
//
// Its tags carry each key's meaning, default and limits. Loading, checking, the example file, the
// reference table and the view of the values in effect are all read from them (package settings
// does it), so they cannot disagree. What a tag cannot say, such as values that exclude each other,
// is checked here; what other rooms know better, such as cron's notation, comes in as Rules.
//
// This is the only place that reads the environment and files.
package config
