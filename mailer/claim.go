package mailer

// Claim is a letter taken in hand by one worker.
type Claim struct {
	Letter Letter
	// Text is the letter as the outbox holds it.
	Text string
	// Receipt is the outbox's own name for the claim.
	Receipt string
}
