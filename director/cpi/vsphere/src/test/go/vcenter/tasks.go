package main

import (
	"encoding/json"
	"io"
	"sync"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

// A taskFault lets the call of a method work and the task fail that it began.
type taskFault struct {
	Method, Fault string
	Skip, Count   int
	seen          int
}

type taskFaults struct {
	mutex sync.Mutex
	rules []*taskFault
}

func (t *taskFaults) add(body io.Reader) error {
	rule := &taskFault{}
	if err := json.NewDecoder(body).Decode(rule); err != nil {
		return err
	}
	if _, err := faultNamed(rule.Fault); err != nil {
		return err
	}
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.rules = append(t.rules, rule)
	return nil
}

func (t *taskFaults) clear() {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.rules = nil
}

func (t *taskFaults) of(method string) types.BaseMethodFault {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	for _, rule := range t.rules {
		if rule.Method != method {
			continue
		}
		rule.seen++
		if rule.seen > rule.Skip && (rule.Count == 0 || rule.seen <= rule.Skip+rule.Count) {
			fault, _ := faultNamed(rule.Fault)
			return fault
		}
	}
	return nil
}

// failTasks puts an object in the place of the called one whose task fails, where a rule says so.
func (v *vcenter) failTasks(ctx *simulator.Context, method *simulator.Method) (mo.Reference, types.BaseMethodFault) {
	fault := v.tasks.of(method.Name)
	if fault == nil {
		return nil, nil
	}
	return &failing{Self: method.This, fault: fault, name: method.Name}, nil
}

type failing struct {
	Self  types.ManagedObjectReference
	fault types.BaseMethodFault
	name  string
}

func (f *failing) Reference() types.ManagedObjectReference { return f.Self }

func (f *failing) task(ctx *simulator.Context) types.ManagedObjectReference {
	return simulator.CreateTask(f, f.name, func(*simulator.Task) (types.AnyType, types.BaseMethodFault) {
		return nil, f.fault
	}).Run(ctx)
}

func (f *failing) CloneVMTask(ctx *simulator.Context, _ *types.CloneVM_Task) soap.HasFault {
	return &methods.CloneVM_TaskBody{Res: &types.CloneVM_TaskResponse{Returnval: f.task(ctx)}}
}

func (f *failing) PowerOnVMTask(ctx *simulator.Context, _ *types.PowerOnVM_Task) soap.HasFault {
	return &methods.PowerOnVM_TaskBody{Res: &types.PowerOnVM_TaskResponse{Returnval: f.task(ctx)}}
}

func (f *failing) PowerOffVMTask(ctx *simulator.Context, _ *types.PowerOffVM_Task) soap.HasFault {
	return &methods.PowerOffVM_TaskBody{Res: &types.PowerOffVM_TaskResponse{Returnval: f.task(ctx)}}
}

func (f *failing) ReconfigVMTask(ctx *simulator.Context, _ *types.ReconfigVM_Task) soap.HasFault {
	return &methods.ReconfigVM_TaskBody{Res: &types.ReconfigVM_TaskResponse{Returnval: f.task(ctx)}}
}

func (f *failing) DestroyTask(ctx *simulator.Context, _ *types.Destroy_Task) soap.HasFault {
	return &methods.Destroy_TaskBody{Res: &types.Destroy_TaskResponse{Returnval: f.task(ctx)}}
}

func (f *failing) CreateSnapshotTask(ctx *simulator.Context, _ *types.CreateSnapshot_Task) soap.HasFault {
	return &methods.CreateSnapshot_TaskBody{Res: &types.CreateSnapshot_TaskResponse{Returnval: f.task(ctx)}}
}

func (f *failing) CreateVirtualDiskTask(ctx *simulator.Context, _ *types.CreateVirtualDisk_Task) soap.HasFault {
	return &methods.CreateVirtualDisk_TaskBody{Res: &types.CreateVirtualDisk_TaskResponse{Returnval: f.task(ctx)}}
}

func (f *failing) DeleteVirtualDiskTask(ctx *simulator.Context, _ *types.DeleteVirtualDisk_Task) soap.HasFault {
	return &methods.DeleteVirtualDisk_TaskBody{Res: &types.DeleteVirtualDisk_TaskResponse{Returnval: f.task(ctx)}}
}

func (f *failing) MoveVirtualDiskTask(ctx *simulator.Context, _ *types.MoveVirtualDisk_Task) soap.HasFault {
	return &methods.MoveVirtualDisk_TaskBody{Res: &types.MoveVirtualDisk_TaskResponse{Returnval: f.task(ctx)}}
}

func (f *failing) CopyVirtualDiskTask(ctx *simulator.Context, _ *types.CopyVirtualDisk_Task) soap.HasFault {
	return &methods.CopyVirtualDisk_TaskBody{Res: &types.CopyVirtualDisk_TaskResponse{Returnval: f.task(ctx)}}
}

func (f *failing) ExtendVirtualDiskTask(ctx *simulator.Context, _ *types.ExtendVirtualDisk_Task) soap.HasFault {
	return &methods.ExtendVirtualDisk_TaskBody{Res: &types.ExtendVirtualDisk_TaskResponse{Returnval: f.task(ctx)}}
}

func (f *failing) ReconfigureComputeResourceTask(
	ctx *simulator.Context, _ *types.ReconfigureComputeResource_Task) soap.HasFault {
	return &methods.ReconfigureComputeResource_TaskBody{
		Res: &types.ReconfigureComputeResource_TaskResponse{Returnval: f.task(ctx)},
	}
}
