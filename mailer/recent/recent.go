package recent

import "sync"

// Map keeps values that were asked for not long ago. It can be shared.
type Map[K comparable, V any] struct {
	half int

	mu         sync.Mutex
	young, old map[K]V
}

// New makes a map that keeps at most so many values, and at least the half of them that were last put or
// asked for.
func New[K comparable, V any](most int) *Map[K, V] {
	return &Map[K, V]{half: max(1, most/2), young: map[K]V{}}
}

// Get is the value of a key, if it is still kept.
func (m *Map[K, V]) Get(key K) (V, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if v, ok := m.young[key]; ok {
		return v, true
	}
	v, ok := m.old[key]
	if ok {
		m.put(key, v)
	}
	return v, ok
}

// Put keeps a value, in the place of the one that the key had.
func (m *Map[K, V]) Put(key K, v V) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.put(key, v)
}

// Forget forgets a value.
func (m *Map[K, V]) Forget(key K) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.young, key)
	delete(m.old, key)
}

// put begins a generation when the young one is full, and forgets the one before it.
func (m *Map[K, V]) put(key K, v V) {
	if _, known := m.young[key]; !known && len(m.young) >= m.half {
		m.old, m.young = m.young, make(map[K]V, m.half)
	}
	m.young[key] = v
}
