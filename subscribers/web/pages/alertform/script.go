package alertform

import (
	_ "embed"

	"jobalertd/subscribers/web/pages/shell"
)

//go:embed form.js
var script string

// Script lets the browser choose its time zone, and shows what the form would bring while it is
// being filled in. A page without it has a button for that.
func Script() shell.Script { return shell.Script(script) }
