// The SCIM server of an application, with elimity-com/scim. Users and groups are in memory. The library leaves PATCH to
// the application, and this one has none.
package main

import (
	"crypto/rand"
	"log"
	"net/http"
	"os"
	"sort"
	"strings"
	"sync"

	"github.com/elimity-com/scim"
	"github.com/elimity-com/scim/errors"
	"github.com/elimity-com/scim/optional"
	"github.com/elimity-com/scim/schema"
)

type store struct {
	lock   sync.Mutex
	name   string
	values map[string]scim.ResourceAttributes
}

func (s *store) resource(id string) (scim.Resource, error) {
	attributes, ok := s.values[id]
	if !ok {
		return scim.Resource{}, errors.ScimErrorResourceNotFound(id)
	}
	resource := scim.Resource{ID: id, Attributes: attributes}
	if external, ok := attributes["externalId"].(string); ok {
		resource.ExternalID = optional.NewString(external)
	}
	return resource, nil
}

func (s *store) put(id string, attributes scim.ResourceAttributes) (scim.Resource, error) {
	name, _ := attributes[s.name].(string)
	for other, present := range s.values {
		if taken, _ := present[s.name].(string); other != id && strings.EqualFold(taken, name) {
			return scim.Resource{}, errors.ScimErrorUniqueness
		}
	}
	s.values[id] = attributes
	return s.resource(id)
}

func (s *store) Create(_ *http.Request, attributes scim.ResourceAttributes) (scim.Resource, error) {
	s.lock.Lock()
	defer s.lock.Unlock()
	return s.put(rand.Text(), attributes)
}

func (s *store) Get(_ *http.Request, id string) (scim.Resource, error) {
	s.lock.Lock()
	defer s.lock.Unlock()
	return s.resource(id)
}

func (s *store) GetAll(_ *http.Request, params scim.ListRequestParams) (scim.Page, error) {
	s.lock.Lock()
	defer s.lock.Unlock()
	ids := []string{}
	for id, attributes := range s.values {
		if params.FilterValidator == nil || params.FilterValidator.PassesFilter(attributes) == nil {
			ids = append(ids, id)
		}
	}
	sort.Strings(ids)
	page := scim.Page{TotalResults: len(ids)}
	for place, id := range ids {
		if place+1 >= params.StartIndex && len(page.Resources) < params.Count {
			resource, _ := s.resource(id)
			page.Resources = append(page.Resources, resource)
		}
	}
	return page, nil
}

func (s *store) Replace(_ *http.Request, id string, attributes scim.ResourceAttributes) (scim.Resource, error) {
	s.lock.Lock()
	defer s.lock.Unlock()
	if _, err := s.resource(id); err != nil {
		return scim.Resource{}, err
	}
	return s.put(id, attributes)
}

func (s *store) Delete(_ *http.Request, id string) error {
	s.lock.Lock()
	defer s.lock.Unlock()
	if _, err := s.resource(id); err != nil {
		return err
	}
	delete(s.values, id)
	return nil
}

func (s *store) Patch(*http.Request, string, []scim.PatchOperation) (scim.Resource, error) {
	return scim.Resource{}, errors.ScimError{Status: http.StatusNotImplemented}
}

func main() {
	handler := func(name string) *store {
		return &store{name: name, values: map[string]scim.ResourceAttributes{}}
	}
	server, err := scim.NewServer(&scim.ServerArgs{
		ServiceProviderConfig: &scim.ServiceProviderConfig{SupportFiltering: true},
		ResourceTypes: []scim.ResourceType{
			{Name: "User", Endpoint: "/Users", Schema: schema.CoreUserSchema(), Handler: handler("userName")},
			{Name: "Group", Endpoint: "/Groups", Schema: schema.CoreGroupSchema(), Handler: handler("displayName")},
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	token := "Bearer " + os.Getenv("SCIM_TOKEN")
	http.HandleFunc("/scim/", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != token {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		http.StripPrefix("/scim", server).ServeHTTP(w, r)
	})
	log.Fatal(http.ListenAndServe(":"+os.Getenv("PORT"), nil))
}
