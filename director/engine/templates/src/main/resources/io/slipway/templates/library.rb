# frozen_string_literal: true

# What a job's template sees, by the names that the director's own template library gives it: p, if_p, link, if_link, spec,
# properties, raw_properties, name, index, and what is behind these.

module Bosh
  module Common
    module Template
      class UnknownProperty < StandardError
        attr_reader :name

        def initialize(names)
          @name = names
          super("Can't find property '#{Array(names).join("', or '")}'")
        end
      end

      class UnknownLink < StandardError
        def initialize(name)
          super("Can't find link '#{name}'")
        end
      end

      class InvalidPropertyType < StandardError; end

      # Dotted names in nested hashes.
      module PropertyHelper
        def lookup_property(collection, name)
          name.to_s.split('.').reduce(collection) do |at, part|
            return nil unless at.is_a?(Hash) || at.is_a?(OpenStruct)

            at[part]
          end
        end

        def set_property(into, name, value)
          *parts, last = name.split('.')
          parts.reduce(into) { |at, part| at[part] ||= {} }[last] = value
        end

        def copy_property(into, from, name, default = nil)
          validate_properties_format(from, name)
          value = lookup_property(from, name)
          set_property(into, name, value.nil? ? default : value)
        end

        def sort_property(property)
          return property unless property.is_a?(Hash)

          property.transform_values { |value| sort_property(value) }.sort.to_h
        end

        def validate_properties_format(properties, name)
          name.split('.').reduce(properties) do |at, part|
            unless at.is_a?(Hash)
              raise InvalidPropertyType, "Property '#{name}' expects a hash, but received '#{at.class}'"
            end
            break if at[part].nil?

            at[part]
          end
        end
      end

      # A tree that many templates read. Who gets more than a scalar of it gets a copy of the whole first, and may do with
      # it what it wants.
      class SharedTree
        include PropertyHelper

        def initialize(tree)
          @shared = tree
        end

        def at(name)
          return lookup_property(@own, name) if @own

          value = lookup_property(@shared, name)
          case value
          when Hash, Array then lookup_property(all, name)
          when String then value.dup
          else value
          end
        end

        def all
          @own ||= SharedTree.copy(@shared)
        end

        def self.copy(value)
          case value
          when String then value.dup
          when Hash then value.transform_values { |one| copy(one) }
          when Array then value.map { |one| copy(one) }
          else value
          end
        end
      end

      # For who has properties: the template's job, a link, an instance of a link.
      module Lookup
        include PropertyHelper

        def p(*arguments)
          names = Array(arguments[0])
          names.each do |name|
            value = property_at(name)
            return value unless value.nil?
          end
          return arguments[1] if arguments.length == 2

          raise UnknownProperty, names
        end

        def if_p(*names)
          values = names.map do |name|
            value = property_at(name)
            return EvaluationContext::ActiveElseBlock.new(self) if value.nil?

            value
          end
          yield(*values)
          EvaluationContext::InactiveElseBlock.new
        end
      end

      # Everything that one template of one job on one instance may use.
      class EvaluationContext
        include Lookup

        SPEC_OF_LINKS = %w[
          address default_network deployment_name domain group_name instance_group instances properties
          use_link_dns_names use_short_dns_addresses
        ].freeze

        attr_reader :name, :index

        def initialize(properties, links, spec)
          @property_tree = SharedTree.new(properties)
          @link_contents = links
          @spec_tree = spec
          @name = spec['name'].dup
          @index = spec['index']
        end

        def spec
          @spec ||= LateSpec.of(@spec_tree.transform_values { |value| openstruct(SharedTree.copy(value), BackCompatOpenStruct) }) do
            { properties: raw_properties, links: links }.transform_values { |value| openstruct(value, BackCompatOpenStruct) }
          end
        end

        def properties
          @properties ||= openstruct(raw_properties)
        end

        def raw_properties
          @raw_properties ||= @property_tree.all
        end

        def link(link_name)
          found = @link_contents[link_name]
          raise UnknownLink, link_name unless found

          EvaluationLink.new(found)
        end

        def if_link(link_name)
          found = @link_contents[link_name]
          return ActiveElseBlock.new(self) unless found

          yield EvaluationLink.new(found)
          InactiveElseBlock.new
        end

        def get_binding
          binding
        end

        def class
          EvaluationContext
        end

        # For a template that looks at instance variables.
        def complete
          spec
          properties
          links
          @dns_encoder = nil
          self
        end

        # For a template that no method can hold. What it defines is gone with this context.
        def evaluate(code, path)
          instance_eval(code, path, 0)
        end

        # A class of contexts with the template as its method.
        def self.with(code, path)
          method = code.sub(/^(?!#|$)/) { "Class.new(EvaluationContext) { def render\n" }
          eval("#{method}\nend }\n", binding, path, -1)
        end

        private

        def links
          @links ||= SharedTree.copy(@link_contents.transform_values { |link| link.tree.slice(*SPEC_OF_LINKS) })
        end

        def property_at(name)
          @property_tree.at(name)
        end

        def openstruct(object, struct_class = OpenStruct)
          case object
          when Hash then struct_class.over(object.transform_values { |one| openstruct(one, struct_class) })
          when Array then object.map { |one| openstruct(one, struct_class) }
          else object
          end
        end

        # What if_p and if_link give when they did not run their block.
        class ActiveElseBlock
          def initialize(context)
            @context = context
          end

          def else
            yield
          end

          def else_if_p(*names, &block)
            @context.if_p(*names, &block)
          end

          def else_if_link(name, &block)
            @context.if_link(name, &block)
          end
        end

        # What if_p and if_link give when they did.
        class InactiveElseBlock
          def else; end

          def else_if_p(*_names)
            InactiveElseBlock.new
          end

          def else_if_link(_name)
            InactiveElseBlock.new
          end
        end
      end
    end
  end

  # As it was called before, and releases still do.
  Template = Common::Template
end
