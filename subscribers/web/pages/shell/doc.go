// Package shell is what all pages share: the languages and every text, the layout with its style, the
// language switch, the security policy, and the page that tells of an error.
//
// Every text stands in locales/, one file a language, and every page in templates/. A journey
// (packages join, manage, jobs) fills a page's view and hands it to Render.
//
// # Decisions
//
// The language is the one of ?lang=, which the switch sets; then that of the cookie the switch leaves
// behind; then Accept-Language. The cookie holds nothing but the language. Pages that answer a POST
// switch by going to a page that can be loaded again.
//
// Pages with a form answer with Referrer-Policy: same-origin. With no-referrer a browser sends
// "Origin: null" with the form, and where it cannot send Sec-Fetch-Site either (plain HTTP, not on
// localhost) the cross-origin protection would refuse every form. Measured with Chromium. To other
// sites both policies send nothing.
//
// A fault (package fault) has an English sentence for programs and a code. The pages say the code in
// words of their own: they can name a field by its label and point at a list that programs do not see.
package shell
