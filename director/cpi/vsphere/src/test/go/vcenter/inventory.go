package main

import (
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/vmware/govmomi/find"
	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/types"
)

// A machine is a VM or a template, as somebody sees it who knows nothing of the CPI.
type machine struct {
	Name        string            `json:"name"`
	Folder      string            `json:"folder"`
	Host        string            `json:"host"`
	Pool        string            `json:"pool"`
	IsRunning   bool              `json:"isRunning"`
	Cpus        int32             `json:"cpus"`
	MemoryMb    int32             `json:"memoryMb"`
	Disks       []string          `json:"disks"`
	Networks    []string          `json:"networks"`
	Tags        []string          `json:"tags"`
	CapacityKb  []int64           `json:"capacityKb"`
	Snapshots   int               `json:"snapshots"`
	ExtraConfig map[string]string `json:"extraConfig"`
	Fields      map[string]string `json:"fields"`
}

// inventory is all VMs, all virtual disks of all datastores, and the rules and groups of all clusters.
func (v *vcenter) inventory() (any, error) {
	finder := find.NewFinder(v.admin.Client)
	datacenter, err := finder.DefaultDatacenter(v.ctx)
	if err != nil {
		return nil, err
	}
	finder.SetDatacenter(datacenter)
	machines, err := v.machines(finder)
	if err != nil {
		return nil, err
	}
	files, roots, err := v.files(finder)
	if err != nil {
		return nil, err
	}
	clusters, err := v.clusters(finder)
	if err != nil {
		return nil, err
	}
	return map[string]any{"machines": machines, "files": files, "roots": roots, "clusters": clusters}, nil
}

func (v *vcenter) machines(finder *find.Finder) ([]machine, error) {
	found := []machine{}
	list, err := finder.VirtualMachineList(v.ctx, "*")
	if _, none := err.(*find.NotFoundError); none {
		return found, nil
	}
	if err != nil {
		return nil, err
	}
	wanted := []string{"name", "config", "runtime", "resourcePool", "snapshot", "customValue"}
	definitions, err := object.NewCustomFieldsManager(v.admin.Client).Field(v.ctx)
	if err != nil {
		return nil, err
	}
	manager, err := v.tagging()
	if err != nil {
		return nil, err
	}
	for _, vm := range list {
		var properties mo.VirtualMachine
		if err := vm.Properties(v.ctx, vm.Reference(), wanted, &properties); err != nil {
			if strings.Contains(err.Error(), "has already been deleted") {
				continue
			}
			return nil, err
		}
		if properties.Config == nil {
			continue
		}
		one := machine{
			Name: properties.Name, IsRunning: properties.Runtime.PowerState == types.VirtualMachinePowerStatePoweredOn,
			Cpus: properties.Config.Hardware.NumCPU, MemoryMb: properties.Config.Hardware.MemoryMB,
			Disks: []string{}, Networks: []string{}, ExtraConfig: map[string]string{}, Fields: map[string]string{},
			Folder: filepath.Dir(vm.InventoryPath),
		}
		one.Tags, one.CapacityKb = []string{}, []int64{}
		attached, err := manager.GetAttachedTags(v.ctx, vm.Reference())
		if err != nil {
			return nil, err
		}
		for _, tag := range attached {
			one.Tags = append(one.Tags, tag.Name)
		}
		one.Host = v.nameOf(properties.Runtime.Host)
		one.Pool = v.nameOf(properties.ResourcePool)
		for _, device := range properties.Config.Hardware.Device {
			switch d := device.(type) {
			case *types.VirtualDisk:
				one.CapacityKb = append(one.CapacityKb, d.CapacityInKB)
				if backing, ok := d.Backing.(types.BaseVirtualDeviceFileBackingInfo); ok {
					one.Disks = append(one.Disks, backing.GetVirtualDeviceFileBackingInfo().FileName)
				}
			case types.BaseVirtualEthernetCard:
				switch b := d.GetVirtualEthernetCard().Backing.(type) {
				case *types.VirtualEthernetCardNetworkBackingInfo:
					one.Networks = append(one.Networks, b.DeviceName)
				case *types.VirtualEthernetCardDistributedVirtualPortBackingInfo:
					one.Networks = append(one.Networks, b.Port.PortgroupKey)
				case *types.VirtualEthernetCardOpaqueNetworkBackingInfo:
					one.Networks = append(one.Networks, b.OpaqueNetworkId)
				}
			}
		}
		if properties.Snapshot != nil {
			one.Snapshots = len(properties.Snapshot.RootSnapshotList)
		}
		for _, option := range properties.Config.ExtraConfig {
			if text, ok := option.GetOptionValue().Value.(string); ok {
				one.ExtraConfig[option.GetOptionValue().Key] = text
			}
		}
		for _, value := range properties.CustomValue {
			if text, ok := value.(*types.CustomFieldStringValue); ok {
				if field := definitions.ByKey(text.Key); field != nil {
					one.Fields[field.Name] = text.Value
				}
			}
		}
		found = append(found, one)
	}
	return found, nil
}

func (v *vcenter) nameOf(reference *types.ManagedObjectReference) string {
	if reference == nil {
		return ""
	}
	var entity mo.ManagedEntity
	if err := v.admin.RetrieveOne(v.ctx, *reference, []string{"name"}, &entity); err != nil {
		return ""
	}
	return entity.Name
}

// files are the virtual disks and what lies beside them, each as "[datastore] path", and where the datastores are here.
func (v *vcenter) files(finder *find.Finder) ([]string, map[string]string, error) {
	found, roots := []string{}, map[string]string{}
	list, err := finder.DatastoreList(v.ctx, "*")
	if err != nil {
		return nil, nil, err
	}
	for _, one := range list {
		var properties mo.Datastore
		if err := one.Properties(v.ctx, one.Reference(), []string{"summary"}, &properties); err != nil {
			return nil, nil, err
		}
		root := properties.Summary.Url
		roots[properties.Summary.Name] = root
		err := filepath.WalkDir(root, func(path string, entry os.DirEntry, err error) error {
			if err == nil && isDisk(path) {
				relative, _ := filepath.Rel(root, path)
				found = append(found, "["+properties.Summary.Name+"] "+relative)
			}
			return nil
		})
		if err != nil {
			return nil, nil, err
		}
	}
	sort.Strings(found)
	return found, roots, nil
}

func isDisk(path string) bool {
	return strings.HasSuffix(path, ".json") || strings.HasSuffix(path, ".vmdk") && !strings.HasSuffix(path, "-flat.vmdk")
}

func (v *vcenter) clusters(finder *find.Finder) (any, error) {
	found := map[string]any{}
	list, err := finder.ClusterComputeResourceList(v.ctx, "*")
	if err != nil {
		return nil, err
	}
	for _, cluster := range list {
		configuration, err := cluster.Configuration(v.ctx)
		if err != nil {
			return nil, err
		}
		rules, groups, priorities, drs := map[string][]string{}, map[string][]string{}, map[string]string{}, map[string]bool{}
		for _, rule := range configuration.Rule {
			switch r := rule.(type) {
			case *types.ClusterAntiAffinityRuleSpec:
				rules[r.Name] = v.namesOf(r.Vm)
			case *types.ClusterVmHostRuleInfo:
				rules[r.Name] = []string{r.VmGroupName, r.AffineHostGroupName}
			}
		}
		for _, group := range configuration.Group {
			switch g := group.(type) {
			case *types.ClusterVmGroup:
				groups[g.Name] = v.namesOf(g.Vm)
			case *types.ClusterHostGroup:
				groups[g.Name] = v.namesOf(g.Host)
			}
		}
		for _, vm := range configuration.DasVmConfig {
			if vm.DasSettings != nil {
				priorities[v.nameOf(&vm.Key)] = vm.DasSettings.RestartPriority
			}
		}
		for _, vm := range configuration.DrsVmConfig {
			drs[v.nameOf(&vm.Key)] = vm.Enabled != nil && *vm.Enabled
		}
		found[cluster.Name()] = map[string]any{
			"rules": rules, "groups": groups, "priorities": priorities, "drs": drs,
		}
	}
	return found, nil
}

func (v *vcenter) namesOf(references []types.ManagedObjectReference) []string {
	names := []string{}
	for i := range references {
		names = append(names, v.nameOf(&references[i]))
	}
	return names
}
