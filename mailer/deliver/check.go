package deliver

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"jobalertd/mailer/deliver/session"
)

// Check tries every relay as far as possible without sending a mail: dial, EHLO, TLS, AUTH, QUIT.
// Its error joins one for each relay that fails, saying which, what is wrong and how to mend it.
func Check(ctx context.Context, cfg Config, deps Deps) error {
	if err := cfg.Validate(); err != nil {
		return err
	}
	cfg, deps = cfg.withDefaults(), deps.withDefaults()
	faults := make([]error, len(cfg.Relays))
	var trying sync.WaitGroup
	for i, relay := range cfg.Relays {
		trying.Go(func() {
			s, err := session.Dial(ctx, relay.session(), deps.Dial)
			if err != nil {
				faults[i] = fmt.Errorf("relay %s (%s port %d): %w", relay.Name, relay.Host, relay.Port, err)
				return
			}
			s.Quit()
		})
	}
	trying.Wait()
	return errors.Join(faults...)
}
