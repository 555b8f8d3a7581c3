package main

import (
	"encoding/json"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/vmware/govmomi/find"
	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/session"
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/task"
	"github.com/vmware/govmomi/vapi/rest"
	"github.com/vmware/govmomi/vapi/tags"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/types"
)

// act is what happens to a foundation without anybody having asked the CPI.
func (v *vcenter) act(body io.Reader) error {
	var asked struct{ Does, Name, To string }
	if err := json.NewDecoder(body).Decode(&asked); err != nil {
		return err
	}
	finder := find.NewFinder(v.admin.Client)
	datacenter, err := finder.DefaultDatacenter(v.ctx)
	if err != nil {
		return err
	}
	finder.SetDatacenter(datacenter)
	switch asked.Does {
	case "expire-sessions":
		v.expireSessions()
		return nil
	case "power-off", "destroy", "move-disk", "rename", "guest-address":
		vm, err := finder.VirtualMachine(v.ctx, asked.Name)
		if err != nil {
			return err
		}
		return v.actOnVm(asked.Does, vm, asked.To)
	case "disconnect-host", "reconnect-host":
		host, err := finder.HostSystem(v.ctx, asked.Name)
		if err != nil {
			return err
		}
		var done *object.Task
		if asked.Does == "disconnect-host" {
			done, err = host.Disconnect(v.ctx)
		} else {
			done, err = host.Reconnect(v.ctx, nil, nil)
		}
		return wait(v, done, err)
	case "fill-datastore", "empty-datastore":
		datastore, err := finder.Datastore(v.ctx, asked.Name)
		if err != nil {
			return err
		}
		simulated := v.service.Context.Map.Get(datastore.Reference()).(*simulator.Datastore)
		v.service.Context.WithLock(simulated, func() {
			free := int64(0)
			if asked.Does == "empty-datastore" {
				free = simulated.Summary.Capacity
			}
			simulated.Summary.FreeSpace = free
			simulated.Info.GetDatastoreInfo().FreeSpace = free
		})
		return nil
	case "tag":
		return v.makeTag(asked.Name, asked.To)
	case "host-group":
		return v.hostGroup(finder, asked.Name, asked.To)
	}
	return fmt.Errorf("does %q: expected an action that this vCenter knows", asked.Does)
}

func (v *vcenter) actOnVm(does string, vm *object.VirtualMachine, to string) error {
	switch does {
	case "power-off":
		done, err := vm.PowerOff(v.ctx)
		return wait(v, done, err)
	case "guest-address":
		simulated := v.service.Context.Map.Get(vm.Reference()).(*simulator.VirtualMachine)
		v.service.Context.WithLock(simulated, func() {
			simulated.Guest.IpAddress = to
			simulated.Guest.Net = []types.GuestNicInfo{{Network: "DC0_DVPG0", IpAddress: []string{to}}}
		})
		return nil
	case "rename":
		done, err := vm.Rename(v.ctx, to)
		return wait(v, done, err)
	case "destroy":
		if done, err := vm.PowerOff(v.ctx); err == nil {
			_ = done.Wait(v.ctx)
		}
		done, err := vm.Destroy(v.ctx)
		return wait(v, done, err)
	default:
		return v.moveDisk(vm, to)
	}
}

// moveDisk gives the last disk of a VM another name and datastore, as Storage DRS does.
func (v *vcenter) moveDisk(vm *object.VirtualMachine, to string) error {
	simulated := v.service.Context.Map.Get(vm.Reference()).(*simulator.VirtualMachine)
	var last *types.VirtualDiskFlatVer2BackingInfo
	for _, device := range simulated.Config.Hardware.Device {
		if disk, ok := device.(*types.VirtualDisk); ok {
			last = disk.Backing.(*types.VirtualDiskFlatVer2BackingInfo)
		}
	}
	if last == nil {
		return fmt.Errorf("VM %q has no disk to move", vm.Name())
	}
	finder := find.NewFinder(v.admin.Client)
	datacenter, err := finder.DefaultDatacenter(v.ctx)
	if err != nil {
		return err
	}
	finder.SetDatacenter(datacenter)
	target := fmt.Sprintf("[%s] %s/%s_9.vmdk", to, simulated.Name, simulated.Name)
	files := object.NewFileManager(v.admin.Client)
	_ = files.MakeDirectory(v.ctx, path.Dir(target), datacenter, true)
	disks := object.NewVirtualDiskManager(v.admin.Client)
	done, err := disks.MoveVirtualDisk(v.ctx, last.FileName, datacenter, target, datacenter, true)
	if err := wait(v, done, err); err != nil {
		return err
	}
	datastore, err := finder.Datastore(v.ctx, to)
	if err != nil {
		return err
	}
	v.service.Context.WithLock(simulated, func() {
		last.FileName = target
		reference := datastore.Reference()
		last.Datastore = &reference
	})
	return nil
}

func (v *vcenter) tagging() (*tags.Manager, error) {
	client := rest.NewClient(v.admin.Client)
	if err := client.Login(v.ctx, v.service.Listen.User); err != nil {
		return nil, err
	}
	return tags.NewManager(client), nil
}

func (v *vcenter) makeTag(category, tag string) error {
	manager, err := v.tagging()
	if err != nil {
		return err
	}
	spec := &tags.Category{Name: category, Cardinality: "MULTIPLE", AssociableTypes: []string{"VirtualMachine"}}
	id, err := manager.CreateCategory(v.ctx, spec)
	if err != nil {
		return err
	}
	_, err = manager.CreateTag(v.ctx, &tags.Tag{Name: tag, CategoryID: id})
	return err
}

func (v *vcenter) hostGroup(finder *find.Finder, cluster, name string) error {
	found, err := finder.ClusterComputeResource(v.ctx, cluster)
	if err != nil {
		return err
	}
	hosts, err := found.Hosts(v.ctx)
	if err != nil {
		return err
	}
	group := &types.ClusterHostGroup{
		ClusterGroupInfo: types.ClusterGroupInfo{Name: name},
		Host:             []types.ManagedObjectReference{hosts[0].Reference()},
	}
	spec := &types.ClusterConfigSpecEx{GroupSpec: []types.ClusterGroupSpec{{
		ArrayUpdateSpec: types.ArrayUpdateSpec{Operation: types.ArrayUpdateOperationAdd}, Info: group,
	}}}
	done, err := found.Reconfigure(v.ctx, spec, true)
	return wait(v, done, err)
}

func wait(v *vcenter, done *object.Task, err error) error {
	if err != nil {
		return err
	}
	if err := done.Wait(v.ctx); err != nil {
		if fault, ok := err.(task.Error); ok {
			return fmt.Errorf("%s: %T", fault.Error(), fault.Fault())
		}
		return err
	}
	return nil
}

// expireSessions ends all sessions but that of this process.
func (v *vcenter) expireSessions() {
	manager := session.NewManager(v.admin.Client)
	own, err := manager.UserSession(v.ctx)
	if err != nil || own == nil {
		return
	}
	var properties mo.SessionManager
	reference := *v.admin.ServiceContent.SessionManager
	if err := v.admin.RetrieveOne(v.ctx, reference, []string{"sessionList"}, &properties); err != nil {
		return
	}
	for _, one := range properties.SessionList {
		if one.Key != own.Key {
			_ = manager.TerminateSession(v.ctx, []string{one.Key})
		}
	}
}

// fillPods puts the last datastore of the data center into each datastore cluster, and turns Storage DRS on.
func (v *vcenter) fillPods() error {
	finder := find.NewFinder(v.admin.Client)
	datacenter, err := finder.DefaultDatacenter(v.ctx)
	if err != nil {
		return err
	}
	finder.SetDatacenter(datacenter)
	pods, err := finder.DatastoreClusterList(v.ctx, "*")
	if err != nil {
		return nil //nolint:nilerr // no datastore cluster was asked for
	}
	datastores, err := finder.DatastoreList(v.ctx, "*")
	if err != nil {
		return err
	}
	for i, pod := range pods {
		simulated := v.service.Context.Map.Get(pod.Reference()).(*simulator.StoragePod)
		simulated.PodStorageDrsEntry = &types.PodStorageDrsEntry{
			StorageDrsConfig: types.StorageDrsConfigInfo{
				PodConfig: types.StorageDrsPodConfigInfo{Enabled: !strings.HasSuffix(pod.Name(), "1")},
			},
		}
		if at := len(datastores) - 1 - i; at > 0 {
			done, err := pod.MoveInto(v.ctx, []types.ManagedObjectReference{datastores[at].Reference()})
			if err := wait(v, done, err); err != nil {
				return err
			}
		}
	}
	return nil
}
