// Package privacy is what a person may ask about their data, and what happens to it by itself:
// export, erase, retention, and the question after a year whether they still want this.
//
// What is due when is subscribers.Terms; Sweep does it. Each step is one change in the store that is
// kept only if the person has done nothing since they were read, so that who answers, comes back or
// prolongs a pause at the last moment is never overruled.
//
// # Decisions
//
// The question is put once, with the date by which it wants an answer; the date is kept with the
// consent, so that the link, the letter and the end agree whatever the configuration says later. Silence
// ends the subscription as an unsubscribe does. The question has a name that can be worked out again
// (subscribers.Subscriber.Question) instead of a place among the proposals: a signup that a stranger makes
// for the address cannot push it aside.
//
// Who is paused is not asked: they have asked for silence. But nobody is kept for ever whom nothing has been
// heard of: a pause without a date ends the subscription, without a mail, when the year and the time to
// answer are over that others have. Pausing and whatever else they do on the manage page counts as a sign, and
// the record waits for them as that of everybody who left.
//
// A pause ends at its date, not when we notice: the cursors go on from there.
package privacy
