// Package sending makes of the settings under mail and delivery what the rooms that send ask for, and
// holds them against the world outside for `jobalertd check --online`.
package sending
