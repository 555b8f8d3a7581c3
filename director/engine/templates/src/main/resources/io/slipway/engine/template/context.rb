# frozen_string_literal: true

# What a job's template sees, as BOSH's documentation describes it: p, if_p, link, if_link, spec, properties, name,
# index. A template is compiled once, into a method of a class of its own below Context.

require 'base64'
require 'digest'
require 'erb'
require 'json'
require 'openssl'
require 'ostruct'
require 'shellwords'
require 'yaml'

module Slipway
  class UnknownProperty < StandardError
    def initialize(names)
      super("Can't find property '#{names.join("', or '")}'")
    end
  end

  class UnknownLink < StandardError
    def initialize(name)
      super("Can't find link '#{name}'")
    end
  end

  # A tree that many templates read. Who gets more than a scalar of it gets a copy of the whole first, and may do with it
  # what it wants.
  class SharedTree
    def initialize(tree)
      @shared = tree
    end

    def at(name)
      parts = name.to_s.split('.')
      return dig(@own, parts) if @own

      value = dig(@shared, parts)
      case value
      when Hash, Array then dig(all, parts)
      when String then value.dup
      else value
      end
    end

    def all
      @own ||= SharedTree.copy(@shared)
    end

    def self.copy(value)
      case value
      when Hash then value.transform_values { |one| copy(one) }
      when Array then value.map { |one| copy(one) }
      when String then value.dup
      else value
      end
    end

    private

    def dig(tree, parts)
      parts.reduce(tree) do |at, part|
        return nil unless at.is_a?(Hash)

        at[part]
      end
    end
  end

  # Looks up dotted names, for jobs and for links alike.
  module Properties
    def p(*arguments)
      names = Array(arguments[0])
      names.each do |name|
        value = @property_tree.at(name)
        return value unless value.nil?
      end
      return arguments[1] if arguments.length == 2

      raise UnknownProperty, names
    end

    def if_p(*names)
      values = names.map { |name| @property_tree.at(name) }
      return Otherwise.new(self) if values.any?(&:nil?)

      yield(*values)
      Done.new
    end
  end

  # What if_p and if_link give when they did not run their block.
  class Otherwise
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
  class Done
    def else; end

    def else_if_p(*_names)
      self
    end

    def else_if_link(_name)
      self
    end
  end

  # What a link brings, read once for all templates that use it.
  class LinkContent
    Instance = Struct.new(:name, :index, :id, :az, :address, :properties, :bootstrap)

    attr_reader :tree, :properties, :address, :instances

    def initialize(tree)
      @tree = tree
      @properties = tree['properties'] || {}
      @address = tree['address']
      @instances = (tree['instances'] || []).map do |one|
        Instance.new(one['name'], one['index'], one['id'], one['az'], one['address'], one['properties'], one['bootstrap']).freeze
      end.freeze
    end
  end

  # The instances and properties that a link brings, for one template.
  class Link
    include Properties

    HEALTH = { 'unhealthy' => 1, 'healthy' => 3, 'all' => 4 }.freeze
    INITIAL_CHECK = { 'asynchronous' => 'y0', 'synchronous' => 'y1' }.freeze

    def initialize(content)
      @content = content
      @property_tree = SharedTree.new(content.properties)
    end

    def instances
      @instances ||= @content.instances.dup
    end

    def properties
      @property_tree.all
    end

    # A query in BOSH DNS' language, or what the manifest gives as the address of a link of its own.
    def address(criteria = {})
      return @content.address if @content.address
      return instances.first && instances.first.address unless @content.tree['dns_query']

      @content.tree['use_short_dns_addresses'] ? short_query(criteria) : long_query(criteria)
    end

    private

    def long_query(criteria)
      first = criteria[:uuid] || "q-#{filters(criteria).sort.join}"
      names = @content.tree.values_at('instance_group', 'default_network', 'deployment_name').map { |name| label(name) }
      [first, *names, @content.tree['domain']].join('.')
    end

    def short_query(criteria)
      query = @content.tree['dns_query']
      all = filters(criteria) << "n#{query['network']}"
      if criteria[:uuid]
        all << "m#{query['instances'].fetch(criteria[:uuid]) { raise "Unknown instance UUID: '#{criteria[:uuid]}'" }}"
      end
      "q-#{all.sort.join}.q-g#{query['group']}.#{@content.tree['domain']}"
    end

    def filters(criteria)
      azs = (criteria[:azs] || []).map do |az|
        "a#{@content.tree['dns_query']['azs'].fetch(az) { raise "Unknown AZ: '#{az}'" }}"
      end
      azs + [INITIAL_CHECK[criteria[:initial_health_check]], "s#{HEALTH.fetch(criteria[:status], 0)}"].compact
    end

    def label(name)
      name.downcase.tr('_', '-').gsub(/[^a-z0-9-]/, '')
    end
  end

  # A struct that makes methods only for names that are taken: templates read a few of many fields.
  class Fields < OpenStruct
    TAKEN = OpenStruct.public_instance_methods.to_h { |name| [name, true] }.freeze

    def initialize(tree)
      @table = tree.to_h { |name, value| [name.to_sym, Context.open(value)] }
      @table.each_key { |name| define_singleton_method(name) { @table[name] } if TAKEN.key?(name) }
    end

    def method_missing(name, *arguments)
      arguments.empty? && !name.end_with?('=', '!') ? @table[name] : super
    end

    def respond_to_missing?(name, include_private = false)
      @table.key?(name) || super
    end
  end

  # Everything that one template of one job on one instance may use.
  class Context
    include Properties

    attr_reader :name, :index

    def initialize(properties, links, spec)
      @property_tree = SharedTree.new(properties)
      @links = links
      @spec_tree = spec
      @name = spec['name']
      @index = spec['index']
    end

    def spec
      @spec ||= Context.open(SharedTree.copy(@spec_tree))
    end

    def properties
      @properties ||= Context.open(@property_tree.all)
    end

    def raw_properties
      @property_tree.all
    end

    def link(link_name)
      content = @links[link_name]
      raise UnknownLink, link_name if content.nil?

      Link.new(content)
    end

    def if_link(link_name)
      return Otherwise.new(self) if @links[link_name].nil?

      yield link(link_name)
      Done.new
    end

    def self.open(value)
      case value
      when Hash
        Fields.new(value)
      when Array
        value.map { |one| open(one) }
      else
        value
      end
    end
  end

  # The templates of a job, with what is the same for all instances of a group.
  class Job
    def initialize(renderer, sources, properties, links)
      @renderer = renderer
      @sources = sources
      @properties = properties
      @links = links
    end

    # Returns for each template, in their order, ['ok', text] or ['failed', line, message].
    def render(spec_json)
      spec = JSON.parse(spec_json)
      @sources.map { |key, source| @renderer.render(key, source, @properties, @links, spec) }
    end
  end

  # Keeps compiled templates and renders them.
  class Renderer
    def initialize
      @compiled = {}
      @lock = Mutex.new
    end

    # Keys and sources of templates are two lists of the same length.
    def job(keys, sources, properties_json, links_json)
      links = JSON.parse(links_json).transform_values { |tree| LinkContent.new(tree) }
      Job.new(self, keys.to_a.zip(sources.to_a), JSON.parse(properties_json), links)
    end

    def render(key, source, properties, links, spec)
      [:ok.to_s, compiled(key, source).new(properties, links, spec).render.to_s]
    rescue StandardError, ScriptError => e
      ['failed', line_of(e, key), message_of(e)]
    end

    private

    def compiled(key, source)
      @lock.synchronize { @compiled[key] } || compile(key, source)
    end

    def compile(key, source)
      context = Class.new(Context)
      ERB.new(source, trim_mode: '-').def_method(context, 'render()', key)
      @lock.synchronize { @compiled[key] ||= context }
    end

    def line_of(error, key)
      places = (error.backtrace || []) + [error.message.to_s]
      place = places.find { |one| one.include?("#{key}:") }
      place ? place[/#{Regexp.escape(key)}:(\d+)/, 1].to_i : 0
    end

    def message_of(error)
      text = error.message.to_s.lines.first.to_s.strip
      text = error.class.name if text.empty?
      error.is_a?(StandardError) && (error.is_a?(UnknownProperty) || error.is_a?(UnknownLink)) ? text : "#{error.class.name}: #{text}"
    end
  end
end

Slipway::Renderer.new
