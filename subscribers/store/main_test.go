package store

import (
	"os"
	"testing"

	"jobalertd/mailer/mailertest/redistest"
)

func TestMain(m *testing.M) { os.Exit(redistest.Main(m)) }
