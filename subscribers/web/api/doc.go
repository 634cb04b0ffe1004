// Package api is the JSON side of the public listener: the signup hook, the preview, the push of
// postings, and the OpenAPI document that describes them.
//
// Every refusal is an RFC 9457 problem that names each bad field by its path, and changes nothing.
//
// # Decisions
//
// The hook answers the same bytes for every valid address, known or not. A body that is no JSON is
// 400; JSON that does not fit is 422, because the fields can be named then.
//
// With hook secrets configured, a request needs a Standard Webhooks signature, unless a browser
// sends it from an allowed origin: a page cannot keep a secret. The Origin header is no proof, but
// there is nothing behind it that the public signup form does not offer too.
//
// A push in which nothing could be accepted is a 422, so that a sender who looks at the status only
// never takes a refusal for success; if at least one posting was accepted it is a 200, with a
// result for each.
//
// consent.text_version is not required: what proves consent is the confirmation, whose wording is
// ours.
//
// An Idempotency-Key is welcome and not required. Under the same key and the same bytes the answer
// is repeated for a day and nothing done again; package once says how, also after a crash. Keys are
// told apart by route and by Authorization.
package api
