package access

import "container/list"

// queue is a map that remembers the order of insertion, so that the oldest entry can be dropped.
type queue[K comparable, V any] struct {
	order list.List
	index map[K]*list.Element
}

type entry[K comparable, V any] struct {
	key   K
	value V
}

// get returns the value of a key.
func (q *queue[K, V]) get(key K) (V, bool) {
	if element, isThere := q.index[key]; isThere {
		return element.Value.(entry[K, V]).value, true
	}
	var none V
	return none, false
}

// add appends a new key.
func (q *queue[K, V]) add(key K, value V) {
	if q.index == nil {
		q.index = map[K]*list.Element{}
	}
	q.index[key] = q.order.PushBack(entry[K, V]{key, value})
}

// oldest returns the value that was added first.
func (q *queue[K, V]) oldest() (V, bool) {
	if element := q.order.Front(); element != nil {
		return element.Value.(entry[K, V]).value, true
	}
	var none V
	return none, false
}

// dropOldest removes the value that was added first.
func (q *queue[K, V]) dropOldest() {
	if element := q.order.Front(); element != nil {
		delete(q.index, element.Value.(entry[K, V]).key)
		q.order.Remove(element)
	}
}

func (q *queue[K, V]) len() int {
	return q.order.Len()
}
