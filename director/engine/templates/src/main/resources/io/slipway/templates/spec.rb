# frozen_string_literal: true

# What templates see as spec.

module Bosh
  module Common
    module Template
      class EvaluationContext
        # Tells the names of its fields where it is asked for methods of its own.
        class BackCompatOpenStruct < OpenStruct
          def methods(all = true)
            all ? super : to_h.keys
          end
        end

        # The spec itself: its properties and links may be many, and are made when a template looks at them.
        class LateSpec < BackCompatOpenStruct
          LATE = %i[properties links].freeze
          ORDER = (%w[deployment job index bootstrap name id az networks properties_need_filtering dns_domain_name
                      address persistent_disk] + LATE.map(&:to_s) + %w[ip release]).freeze

          class << self
            def of(fields, &late)
              all = fields.merge(LATE.to_h { |name| [name.to_s, nil] })
              spec = over(all.slice(*ORDER).merge(all))
              spec.instance_variable_set(:@late, late)
              spec
            end

            def name
              BackCompatOpenStruct.name
            end
            alias to_s name
            alias inspect name
          end

          LATE.each do |name|
            define_method(name) { self[name] }
          end

          def class
            BackCompatOpenStruct
          end

          def [](name)
            make_late if LATE.include?(name.to_sym)
            super
          end

          %i[== clone delete_field dig dup each_pair encode_with eql? freeze hash inspect instance_variable_get
             marshal_dump to_h to_s].each do |method|
            define_method(method) do |*arguments, &block|
              make_late
              super(*arguments, &block)
            end
          end

          private

          def make_late
            late = @late
            @late = nil
            @table.update(late.call) if late
          end
        end
      end
    end
  end
end
