# frozen_string_literal: true

# Links, as templates see them.

module Bosh
  module Common
    module Template
      # An instance of a link. Links may have thousands, so all templates share them, and get copies of what is in them.
      class EvaluationLinkInstance
        include Lookup

        PARTS = %w[name index id az address properties bootstrap].freeze

        def initialize(name, index, id, az, address, properties, bootstrap)
          @name = name
          @index = index
          @id = id
          @az = az
          @address = address
          @properties = properties
          @bootstrap = bootstrap
        end

        PARTS.each do |part|
          class_eval("def #{part}; SharedTree.copy(@#{part}); end", __FILE__, __LINE__)
        end

        private

        def property_at(name)
          SharedTree.copy(lookup_property(@properties, name))
        end
      end

      # What a link brings, read once for all templates that use it.
      class LinkContent
        attr_reader :tree, :instances

        def initialize(tree)
          @tree = tree
          @instances = (tree['instances'] || []).map do |one|
            EvaluationLinkInstance.new(*one.values_at(*EvaluationLinkInstance::PARTS)).freeze
          end.freeze
        end
      end

      # The address of a link that the manifest gives.
      class ManualLinkDnsEncoder
        def initialize(address)
          @manual_link_address = address
        end

        def encode_query(*)
          @manual_link_address
        end
      end

      # Names of links in the language of BOSH DNS' queries.
      class LinkDnsEncoder
        HEALTH = { 'unhealthy' => 1, 'healthy' => 3, 'all' => 4 }.freeze
        INITIAL_CHECK = { 'asynchronous' => 'y0', 'synchronous' => 'y1' }.freeze

        def initialize(link)
          @link = link
          @query = link['dns_query']
        end

        def encode_query(criteria, use_short_dns = false)
          return @link['instances']&.first&.fetch('address', nil) unless @query

          use_short_dns ? short(criteria) : long(criteria)
        end

        private

        def long(criteria)
          first = criteria[:uuid] || "q-#{filters(criteria).sort.join}"
          names = @link.values_at('instance_group', 'default_network', 'deployment_name').map { |name| label(name) }
          [first, *names, @link['domain']].join('.')
        end

        def short(criteria)
          all = filters(criteria) << "n#{@query['network']}"
          if criteria[:uuid]
            number = @query['instances'].fetch(criteria[:uuid]) do |uuid|
              raise "Unknown instance UUID: '#{uuid}'"
            end
            all << "m#{number}"
          end
          "q-#{all.sort.join}.q-g#{@query['group']}.#{@link['domain']}"
        end

        def filters(criteria)
          azs = (criteria[:azs] || []).map do |az|
            "a#{@query['azs'].fetch(az) { raise "Unknown AZ: '#{az}'" }}"
          end
          azs + [INITIAL_CHECK[criteria[:initial_health_check]], "s#{HEALTH.fetch(criteria[:status], 0)}"].compact
        end

        def label(name)
          name.downcase.tr('_', '-').gsub(/[^a-z0-9-]/, '')
        end
      end

      # The instances and properties that a link brings, for one template.
      class EvaluationLink
        include Lookup

        def initialize(content)
          link = content.tree
          @content = content
          @property_tree = SharedTree.new(link['properties'])
          @group_type = link['use_link_dns_names'] ? 'link' : 'instance-group'
          @group_name = link[link['use_link_dns_names'] ? 'group_name' : 'instance_group']
          @default_network = link['default_network']
          @deployment_name = link['deployment_name']
          @root_domain = link['domain']
          @use_short_dns = link.fetch('use_short_dns_addresses', false)
          @dns_encoder = link.key?('address') ? ManualLinkDnsEncoder.new(link['address']) : LinkDnsEncoder.new(link)
        end

        def instances
          @instances ||= @content.instances.dup
        end

        def properties
          @properties ||= @property_tree.all
        end

        def address(criteria = {})
          @dns_encoder.encode_query(criteria, @use_short_dns)
        end

        def instance_variable_get(name)
          instances
          properties
          super
        end

        private

        def property_at(name)
          @property_tree.at(name)
        end
      end
    end
  end
end
