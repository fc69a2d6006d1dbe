package api

import (
	"context"
	"fmt"
	"strings"
	"sync"
)

// maxPending bounds the planned changes that a plan repeats.
const maxPending = 100

// Change makes an object what its document says, or deletes it without one.
type Change struct {
	Kind     Kind
	Key      string
	Document Document
}

// Plan is a plan, or what an apply has done.
type Plan struct {
	Applied    bool              `json:"applied"`
	Changes    []ObjectChange    `json:"changes"`
	Problems   []ObjectProblem   `json:"problems"`
	Impact     *Impact           `json:"impact"`
	NewSecrets map[string]string `json:"new_secrets"`
}

// ObjectChange is the change of an object, with the members that differ.
type ObjectChange struct {
	Action  string         `json:"action"`
	Kind    string         `json:"kind"`
	Key     string         `json:"object"`
	Members []MemberChange `json:"members"`
}

// MemberChange is the change of a member, whose name is a path.
type MemberChange struct {
	Name   string `json:"name"`
	Before any    `json:"before"`
	After  any    `json:"after"`
}

// ObjectProblem says why an object cannot be what its document says.
type ObjectProblem struct {
	Kind string `json:"kind"`
	Key  string `json:"object"`
	Text string `json:"problem"`
}

// Impact names the users, clients and tokens that a plan affects.
type Impact struct {
	Users     int64 `json:"users"`
	Uncounted int64 `json:"uncounted"`
	Losses    []struct {
		Organization string   `json:"organization"`
		Permissions  []string `json:"permissions"`
		Users        int64    `json:"users"`
	} `json:"losses"`
	Ended []struct {
		Client   string `json:"client"`
		Users    int64  `json:"users"`
		Sessions int64  `json:"sessions"`
	} `json:"ended"`
	Failing []struct {
		Client string `json:"client"`
		Reason string `json:"reason"`
	} `json:"failing"`
	Tokens []struct {
		Client  string         `json:"client"`
		Users   int64          `json:"users"`
		Members []MemberChange `json:"members"`
	} `json:"tokens"`
	Weaker []struct {
		Object string `json:"object"`
		Member string `json:"member"`
	} `json:"weaker"`
	Unsimulated string `json:"unsimulated"`
}

// Lines returns a line for each effect.
func (i *Impact) Lines() []string {
	var lines []string
	add := func(format string, values ...any) { lines = append(lines, fmt.Sprintf(format, values...)) }
	for _, loss := range i.Losses {
		where := ""
		if loss.Organization != "" {
			where = " in " + loss.Organization
		}
		add("users who lose %s%s: %d", strings.Join(loss.Permissions, ", "), where, loss.Users)
	}
	for _, ended := range i.Ended {
		add("the client %s ends (users: %d, sessions: %d)", ended.Client, ended.Users, ended.Sessions)
	}
	for _, failing := range i.Failing {
		add("the next sign-in at the client %s fails: %s", failing.Client, failing.Reason)
	}
	for _, token := range i.Tokens {
		client := "any client"
		if token.Client != "" {
			client = "the client " + token.Client
		}
		var members []string
		for _, member := range token.Members {
			members = append(members, member.Name)
		}
		add("tokens of %s change (users: %d): %s", client, token.Users, strings.Join(members, ", "))
	}
	for _, weaker := range i.Weaker {
		add("a protection weakens: %s of %s", weaker.Member, weaker.Object)
	}
	if i.Uncounted > 0 {
		add("users who were not compared: %d", i.Uncounted)
	}
	if i.Unsimulated != "" {
		add("users and tokens were not examined: %s", i.Unsimulated)
	}
	return lines
}

// planner knows the changes that were planned before: a client can name a scope that the same run creates.
type planner struct {
	mutex   sync.Mutex
	pending []Change
	shown   map[string]bool
	// managed has the objects that are in the state: one that is replaced may exist.
	managed map[string]bool
}

// Manage notes that an object is in the state.
func (c *Client) Manage(kind Kind, key string) {
	c.planner.mutex.Lock()
	defer c.planner.mutex.Unlock()
	if c.planner.managed == nil {
		c.planner.managed = map[string]bool{}
	}
	c.planner.managed[kind.Name+"/"+key] = true
}

// Manages returns true if an object is in the state.
func (c *Client) Manages(kind Kind, key string) bool {
	c.planner.mutex.Lock()
	defer c.planner.mutex.Unlock()
	return c.planner.managed[kind.Name+"/"+key]
}

func (p *planner) forget(kind Kind, key string) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.remove(kind, key)
}

func (p *planner) remove(kind Kind, key string) {
	for i, one := range p.pending {
		if one.Kind.Name == kind.Name && one.Key == key {
			p.pending = append(p.pending[:i:i], p.pending[i+1:]...)
			return
		}
	}
}

// Planned is what a plan says about the last of its changes.
type Planned struct {
	// Change is nil if the object is as its document says.
	Change *ObjectChange
	// Problems of the object itself, and of others that the change would break.
	Problems, Others []string
	// Impact has the effects that no plan before had.
	Impact []string
}

// Plan plans these changes of one object with those that were planned before.
func (c *Client) Plan(ctx context.Context, changes ...Change) (*Planned, error) {
	c.changes.Lock()
	defer c.changes.Unlock()
	p := &c.planner
	p.mutex.Lock()
	defer p.mutex.Unlock()
	for _, change := range changes {
		p.remove(change.Kind, change.Key)
		p.pending = append(p.pending, change)
	}
	if extra := len(p.pending) - maxPending; extra > 0 {
		p.pending = p.pending[extra:]
	}
	drop := func() {
		for _, change := range changes {
			p.remove(change.Kind, change.Key)
		}
	}
	plan, err := c.run(ctx, "plan", p.pending)
	if err != nil {
		drop()
		return nil, err
	}
	last := changes[len(changes)-1]
	planned := &Planned{}
	for i, change := range plan.Changes {
		if change.Kind == last.Kind.Name && change.Key == last.Key {
			planned.Change = &plan.Changes[i]
		}
	}
	for _, problem := range plan.Problems {
		if problem.Kind == last.Kind.Name && problem.Key == last.Key {
			planned.Problems = append(planned.Problems, problem.Text)
		} else {
			planned.Others = append(planned.Others, problem.Kind+"/"+problem.Key+": "+problem.Text)
		}
	}
	if len(plan.Problems) > 0 {
		// A plan with a problem has no impact, and the next one shall have it.
		drop()
	}
	if plan.Impact != nil {
		planned.Impact = p.fresh(plan.Impact.Lines())
	}
	return planned, nil
}

// Difference returns the members of an object that differ from a document, by their paths. All differ if the object
// cannot be what the document says.
func (c *Client) Difference(ctx context.Context, change Change) (members []string, all bool, err error) {
	c.changes.Lock()
	defer c.changes.Unlock()
	plan, err := c.run(ctx, "plan", []Change{change})
	if err != nil {
		return nil, false, err
	}
	for _, one := range plan.Changes {
		for _, member := range one.Members {
			members = append(members, member.Name)
		}
	}
	return members, len(plan.Problems) > 0, nil
}

// fresh returns the lines that were not shown yet.
func (p *planner) fresh(lines []string) []string {
	if p.shown == nil {
		p.shown = map[string]bool{}
	}
	var fresh []string
	for _, line := range lines {
		if !p.shown[line] {
			p.shown[line] = true
			fresh = append(fresh, line)
		}
	}
	return fresh
}

// request returns the body of a plan or an apply of these changes, which leaves all other objects alone.
func request(changes []Change) map[string]any {
	objects, only := map[string][]Document{}, map[string][]string{}
	for _, change := range changes {
		name := change.Kind.Name
		only[name] = append(only[name], change.Key)
		if objects[name] == nil {
			objects[name] = []Document{}
		}
		if change.Document != nil {
			objects[name] = append(objects[name], change.Document)
		}
	}
	return map[string]any{"objects": objects, "only": only}
}
