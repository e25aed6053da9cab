package pool

import "sync"

// funcTask is a Task of a plain function.
type funcTask struct{ do func(part int) }

func (t *funcTask) Do(part int) { t.do(part) }

var funcTasks = sync.Pool{New: func() any { return new(funcTask) }}

// RunFunc is Run for a plain function.
func RunFunc(parts int, do func(part int)) {
	t := funcTasks.Get().(*funcTask)
	t.do = do
	defer func() {
		t.do = nil
		funcTasks.Put(t)
	}()
	Run(parts, t)
}
