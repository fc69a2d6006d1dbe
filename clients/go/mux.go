package access

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// A Mux is an http.ServeMux in which every route has a guard or is public by name. Its zero value is
// ready for use. Register all routes before it serves.
type Mux struct {
	mux    http.ServeMux
	routes []Route
}

// A Route is a registered pattern.
type Route struct {
	// Pattern is that of http.ServeMux, such as "GET /report".
	Pattern string
	// IsPublic is true for a route without a guard.
	IsPublic bool
}

// Handle registers a handler behind a guard. FromContext returns the caller.
func (m *Mux) Handle(pattern string, guard Guard, handler http.Handler) {
	m.add(pattern, false, guard.Handler(handler))
}

// HandleFunc registers a handler that receives the caller behind a guard.
func (m *Mux) HandleFunc(pattern string, guard Guard, handler HandlerFunc) {
	m.add(pattern, false, guard.HandlerFunc(handler))
}

// Public registers a handler without a guard.
func (m *Mux) Public(pattern string, handler http.Handler) {
	m.add(pattern, true, handler)
}

func (m *Mux) add(pattern string, isPublic bool, handler http.Handler) {
	m.mux.Handle(pattern, handler)
	m.routes = append(m.routes, Route{pattern, isPublic})
}

// ServeHTTP implements http.Handler.
func (m *Mux) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	m.mux.ServeHTTP(w, r)
}

// Routes returns all routes in the order of their registration.
func (m *Mux) Routes() []Route {
	return slices.Clone(m.routes)
}

// Check compares the unguarded routes with those that you expect, at the start of a service or in a
// test. Its error lists all others, and expected ones that do not exist or have a guard.
func (m *Mux) Check(public ...string) error {
	var wrong []string
	missing := slices.Clone(public)
	for _, route := range m.routes {
		if !route.IsPublic {
			continue
		}
		if at := slices.Index(missing, route.Pattern); at >= 0 {
			missing = slices.Delete(missing, at, at+1)
		} else {
			wrong = append(wrong, fmt.Sprintf("%q has no guard", route.Pattern))
		}
	}
	for _, pattern := range missing {
		wrong = append(wrong, fmt.Sprintf("%q is no public route", pattern))
	}
	if len(wrong) > 0 {
		return fmt.Errorf("access: %s", strings.Join(wrong, ", "))
	}
	return nil
}
