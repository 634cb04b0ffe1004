// Package together asks once for many. Who asks while nobody else does is asked for at once; who asks while
// others are being answered waits for that, and is asked for together with all who came meanwhile. So
// nobody waits for company, and the busier it is the fewer questions are asked.
//
// # Decisions
//
// This room is not in the first design: looking up whom a letter is for and saying what became of it are
// small questions to Redis from many goroutines, and each by itself costs more than all the rest of a
// letter. go-redis has an AutoPipeline that would gather them as well; it is marked experimental, gathers
// commands and not steps that rest on each other, and keeps goroutines of its own. Here whoever comes
// first asks for those behind, and nothing runs between calls.
package together
