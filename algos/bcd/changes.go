package bcd

// changes collects which of n elements have changed, each once, and gives up telling them apart where they are many.
type changes struct {
	list []int32
	isIn []bool
	all  bool
	give []int32 // what take handed out last
}

func newChanges(n int) *changes { return &changes{isIn: make([]bool, n), all: true} }

// add notes element i.
func (c *changes) add(i int32) {
	if c.all || c.isIn[i] {
		return
	}
	if 2*len(c.list) >= len(c.isIn) {
		c.everything()
		return
	}
	c.isIn[i] = true
	c.list = append(c.list, i)
}

// group notes the k elements of each of several groups.
func (c *changes) group(groups []int32, k int) {
	for _, j := range groups {
		for e := range k {
			if c.all {
				return
			}
			c.add(j*int32(k) + int32(e))
		}
	}
}

// everything notes all elements.
func (c *changes) everything() {
	for _, i := range c.list {
		c.isIn[i] = false
	}
	c.list, c.all = c.list[:0], true
}

// take is what has changed since the last call, valid until the next one.
func (c *changes) take() (list []int32, all bool) {
	for _, i := range c.list {
		c.isIn[i] = false
	}
	c.list, c.give = c.give[:0], c.list
	all, c.all = c.all, false
	if all {
		return nil, true
	}
	return c.give, false
}
