package catalog

// Slots counts the slots, also empty ones.
func (c *Catalog[T]) Slots() int { return len(c.index.slots) }

// Words counts the different words.
func (c *Catalog[T]) Words() int { return len(c.index.words) }

// Spots counts the different locations.
func (c *Catalog[T]) Spots() int { return len(c.index.spots) }
